"""The people of a workspace, and how to find one."""

from collections.abc import Iterator

from tocsin_practice.changes import ChangeFeed, ChangeKind
from tocsin_practice.model import Person
from tocsin_practice.stamps import Stamps


class People:
    """All members, bot users too, by id."""

    def __init__(self, feed: ChangeFeed, stamps: Stamps) -> None:
        self._feed = feed
        self._stamps = stamps
        self._by_id: dict[str, Person] = {}

    def __iter__(self) -> Iterator[Person]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def forget_all(self) -> None:
        """Forget everything."""
        self._by_id.clear()

    def add(self, person: Person) -> Person:
        """Take a person in."""
        self._by_id[person.id] = person
        self._feed.append(ChangeKind.PERSON_ADDED, {"user": person.id, "name": person.name}, person=person.id)
        return person

    def create(self, name: str, *, real_name: str = "", is_admin: bool = False) -> Person:
        """Make up a new person by handle; the id is their name when it allows that (`U0ALICE`)."""
        plain = "".join(letter for letter in name.upper() if letter.isascii() and letter.isalnum())
        wanted = f"U0{plain}"
        free = plain and wanted not in self._by_id
        person = Person(
            id=wanted if free else self._stamps.next_id("U"),
            name=name,
            real_name=real_name or name.capitalize(),
            email=f"{name}@northwind.example",
            is_admin=is_admin,
        )
        return self.add(person)

    def get(self, person_id: str) -> Person | None:
        """The person with this id, or None."""
        return self._by_id.get(person_id)

    def __getitem__(self, person_id: str) -> Person:
        return self._by_id[person_id]

    def named(self, name: str) -> Person | None:
        """The person with this id or handle (with or without the at sign), or None."""
        handle = name.removeprefix("@")
        found = (p for p in self if p.name == handle or p.id == name)
        return next(found, None)

    def with_email(self, email: str) -> Person | None:
        """The person with this address, whatever its case, or None."""
        wanted = email.lower()
        return next((p for p in self if p.email and p.email.lower() == wanted), None)
