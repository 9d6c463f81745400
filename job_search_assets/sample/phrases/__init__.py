"""What people and spammers write about themselves, by language: sentences with slots for the varying words.

Ordinary sentences say nothing of looking for a job: whether a person does is what the labellers are asked.
Both kinds share topics on purpose (links, money, offers), so that no single word gives spam away.
"""

from dataclasses import dataclass

Sentences = tuple[str, ...]


@dataclass(frozen=True)
class Phrases:
    """One language. The slots {job} {city} {firm} {skill} {hobby} {years} {since} {link} {phone} {sum} {prize} {given}
    may stand in any sentence.
    """

    work: Sentences
    life: Sentences
    aside: Sentences
    skill: Sentences
    hobby: Sentences
    hook: Sentences
    offer: Sentences
    call: Sentences
    prize: Sentences
