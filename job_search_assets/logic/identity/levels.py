"""How a comparison is written down: a name, levels from alike to unlike, and the conditions most levels are made of."""

from dataclasses import dataclass, field

Levels = tuple[tuple[str, str], ...]
Part = tuple[str, Levels]


@dataclass(frozen=True)
class Comparison:
    """Levels as (words, SQL condition), most alike first; `else_words` for all that is left; `empty` = cannot tell."""

    name: str
    empty: str
    levels: Levels
    else_words: str = "different"
    words: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Numbers the levels as Splink does: 0 for all that is left, rising with likeness; -1 is empty."""
        object.__setattr__(self, "words", (self.else_words, *(words for words, _ in reversed(self.levels))))


def together(name: str, empty: str, first: Part, second: Part) -> Comparison:
    """Two values as one comparison, a level for each two of their levels.

    What people share comes in bundles: who lives in your town has your postcode area, who has your surname and
    not your forename is your brother. Looked at one by one, the bundle would count twice.
    """
    (first_name, first_levels), (second_name, second_levels) = first, second
    rows, columns = (*first_levels, ("different", "TRUE")), (*second_levels, ("different", "TRUE"))
    cells = tuple(
        (f"{first_name} {one}, {second_name} {other}", f"({condition}) AND ({also})")
        for one, condition in rows
        for other, also in columns
    )
    return Comparison(name, empty, cells[:-1], cells[-1][0])


def empty(*columns: str) -> str:
    """One side tells nothing, in any of the columns."""
    return " OR ".join(f"{column}_{side} IS NULL" for column in columns for side in "lr")


def both(column: str) -> str:
    """Both sides tell the same."""
    return f"{column}_l = {column}_r"


def rare(condition: str, rarity: str, classes: int = 3) -> Levels:
    """A level for each class of rarity: to share a rare value says more than to share a common one."""
    names = {3: "same, very rare", 2: "same, rare", 1: "same, common", 0: "same, very common"}
    return tuple(
        (names[rank], f"{condition} AND {rarity}_l >= {rank}" if rank else condition) for rank in range(classes, -1, -1)
    )


def near(column: str, least: float, other: str = "") -> str:
    """Spelt alike, by Jaro and Winkler: 1 is the same, 0.86 about one letter in a short name."""
    return f"jaro_winkler_similarity({column}_l, {other or column}_r) >= {least}"


def within(name: str, side: str, other: str) -> str:
    """The name of one side is one of the names of the other side."""
    return f"contains(' ' || coalesce(name_roots_{other}, '') || ' ', ' ' || {name}_{side} || ' ')"


def either_within(name: str) -> str:
    """One side's name is one of the other side's names."""
    return f"({within(name, 'l', 'r')} OR {within(name, 'r', 'l')})"


def initial(column: str) -> str:
    """One side tells the first letter only, and it is the other side's."""
    return f"(length({column}_l) = 1 OR length({column}_r) = 1) AND {column}_l[1] = {column}_r[1]"
