"""What of a name, a telephone number or an address two records of one person share."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from job_search_assets.logic.identity import contacts, names


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Dr. Ólafur Þór d'Été", ["olafur", "thor", "dete"]),
        ("Major-General Sir David Bruce", ["david", "bruce"]),
        ("John Major", ["john", "major"]),
        ("Ludwig van der Rohe jr.", ["ludwig", "rohe"]),
        ("김민준", ["minjun", "gim"]),
        ("Sir", ["sir"]),
        (None, []),
    ],
)
def test_a_name_is_its_words_without_titles_case_and_accents(typed: str | None, words: list[str]) -> None:
    assert names.words_of(typed) == words


def test_a_nickname_and_the_order_of_words_do_not_change_the_roots() -> None:
    assert names.parts("Bob Smith")[3] == names.parts("SMITH, Robert")[3] == "robert smith"


def test_a_single_name_is_no_surname() -> None:
    assert names.parts("Madonna")[:3] == ("madonna", "madonna", None)


def test_one_wrong_vowel_or_doubled_letter_sounds_the_same() -> None:
    assert names.sound("monro") == names.sound("munroe") == names.sound("monnro")


@given(some.text(max_size=30))
def test_any_text_is_a_name_that_can_be_read(text: str) -> None:
    assert len(names.parts(text)) == 5


@pytest.mark.parametrize("typed", ["+44 115 496 0577", "0115 4960577", "0044 115 496 0577"])
@pytest.mark.parametrize("country", ["GB", "FR", None])
def test_a_phone_number_is_the_same_in_all_its_forms_wherever_the_account_says_it_is(
    typed: str, country: str | None
) -> None:
    assert contacts.national_number(typed, country) == "154960577"


def test_addresses_lose_what_people_vary() -> None:
    assert contacts.mail("Foo.Bar7+jobs@Mail.com") == ("foo.bar7+jobs@mail.com", "foo.bar7", "foobar")
    assert contacts.post("NR14 6bf") == ("nr146bf", "nr14")
    assert contacts.network("2604:2480:8273:917e:d8e5::1") == "2604:2480:8273:917e::"
    assert contacts.network("192.0.2.7") == "192.0.2.7"
