from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from recovery.org.models import Person


class PersonManager(BaseUserManager["Person"]):
    """Persons by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)

    def create_user(
        self, *, email: str, name: str, password: str | None = None, **facts: Any
    ) -> "Person":
        """A person with a hashed password; no password means nobody can sign in as them."""
        person = self.model(email=self.normalize_email(email), name=name, **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person
