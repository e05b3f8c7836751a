"""From documents of users to what the rules see of them."""

from dataclasses import replace

from coinbreakr.mongo import casting
from coinbreakr.mongo.reading import Fields
from coinbreakr.users import photos
from coinbreakr.users.model import Account, Caller, Match, Party, Person, Profile, Settings


def account(fields: Fields) -> Account:
    """What a login needs."""
    return Account(
        id=fields.id("_id"),
        name=fields.text("name"),
        email=fields.text("email"),
        role=fields.text("role", "user"),
        is_active=fields.flag("isActive", default=True),
        password_hash=fields.text("password"),
    )


def caller(fields: Fields) -> Caller:
    """Who sends a request."""
    return Caller(
        id=fields.id("_id"),
        is_active=fields.flag("isActive", default=True),
        friends=fields.ids("friends"),
    )


def caller_with_profile(fields: Fields) -> Caller:
    """The same with the own profile."""
    return replace(caller(fields), profile=profile(fields))


def everything(fields: Fields) -> tuple[Account, Profile, Settings]:
    """All fields that are ever read."""
    return account(fields), profile(fields), settings(fields)


def match(fields: Fields) -> Match:
    """How a user can be reached."""
    return Match(fields.id("_id"), fields.text("email"), fields.text("phoneNumber", ""))


def name(fields: Fields) -> str:
    """What a user is called."""
    return fields.text("name")


def person(fields: Fields) -> Person:
    """What others see."""
    user, fingerprint = fields.id("_id"), fields.optional_text("fingerprint")
    return Person(
        id=user,
        name=fields.text("name"),
        email=fields.text("email"),
        profile_image=fields.text("profileImage", photos.DEFAULT),
        photo=photos.version(user, fingerprint) if fingerprint else "",
    )


def settings(fields: Fields) -> Settings:
    """What the user has chosen; a field that the Node server does not know."""
    confirms = fields.optional("confirmPayments", casting.flag)
    return Settings(confirms or False)


def party(fields: Fields) -> Party:
    """Somebody with whom something is to be recorded."""
    is_active = fields.flag("isActive", default=True)
    return Party(person(fields), is_active, settings(fields).confirm_payments)


def contact(fields: Fields) -> Person:
    """What friends see."""
    return replace(person(fields), phone_number=fields.text("phoneNumber", ""))


def profile(fields: Fields) -> Profile:
    """What the user sees."""
    created = fields.created("createdAt")
    return Profile(
        id=fields.id("_id"),
        name=fields.text("name"),
        email=fields.text("email"),
        profile_image=fields.text("profileImage", photos.DEFAULT),
        phone_number=fields.text("phoneNumber", ""),
        role=fields.text("role", "user"),
        is_active=fields.flag("isActive", default=True),
        last_login=fields.optional_date("lastLogin"),
        friends=fields.ids("friends"),
        pending_friends=fields.ids("pendingFriends"),
        created_at=created,
        updated_at=fields.date("updatedAt", created),
        version=fields.count("__v"),
    )
