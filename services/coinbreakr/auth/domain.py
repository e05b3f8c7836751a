"""Who may come in: registration, login, and the caller behind a token."""

from datetime import datetime

from bson import ObjectId

from coinbreakr import ids, text
from coinbreakr.auth import messages
from coinbreakr.auth.attempts import Attempts
from coinbreakr.auth.passwords import Passwords
from coinbreakr.auth.tokens import Tokens
from coinbreakr.clock import Clock
from coinbreakr.errors import DomainError, Invalid, Unauthenticated
from coinbreakr.users.domain import MIN_PASSWORD, Invitations, valid_name
from coinbreakr.users.model import Account, Caller, EmailTaken, NewAccount
from coinbreakr.users.repository import Users


class Authenticator:
    """Finds the caller behind a token."""

    def __init__(self, users: Users, tokens: Tokens) -> None:
        self._users = users
        self._tokens = tokens

    def caller(self, token: str, *, with_profile: bool = False) -> Caller:
        """The active user whom a token names; else Unauthenticated."""
        user = self._named(token)
        caller = None if user is None else self._users.caller(user, with_profile=with_profile)
        if caller is None:
            raise Unauthenticated(messages.UNKNOWN_USER)
        if not caller.is_active:
            raise Unauthenticated(messages.DEACTIVATED)
        return caller

    def claimed(self, token: str) -> str | None:
        """The id in a token with a good signature, or None; the database is not asked."""
        try:
            user = self._named(token)
        except Unauthenticated:
            return None
        return None if user is None else str(user)

    def _named(self, token: str) -> ObjectId | None:
        return ids.parse(self._tokens.read(token))


class Registration:
    """New accounts. Friends who were waiting for the address are there from the start."""

    def __init__(
        self,
        users: Users,
        passwords: Passwords,
        tokens: Tokens,
        invitations: Invitations,
        clock: Clock,
    ) -> None:
        self._users = users
        self._passwords = passwords
        self._tokens = tokens
        self._invitations = invitations
        self._clock = clock

    def register(self, *, name: str, email: str, password: str) -> tuple[NewAccount, str]:
        """The new account and a token for it."""
        email = text.address(email)
        if self._users.email_exists(email):
            raise Invalid(messages.EMAIL_TAKEN)
        _check(name, email, password)
        now = self._clock()
        account = NewAccount(
            ObjectId(), text.trim(name), email, self._passwords.hash(password), now
        )
        try:
            self._invitations.welcome(account.id, lambda: self._users.insert(account), email=email)
        except EmailTaken:
            raise Invalid(messages.EMAIL_TAKEN) from None
        return account, self._tokens.issue(str(account.id))


class Login:
    """Existing accounts."""

    def __init__(
        self,
        users: Users,
        passwords: Passwords,
        tokens: Tokens,
        attempts: Attempts,
        clock: Clock,
    ) -> None:
        self._users = users
        self._passwords = passwords
        self._tokens = tokens
        self._attempts = attempts
        self._clock = clock

    def login(self, *, email: str, password: str, ip_address: str) -> tuple[Account, str, datetime]:
        """The account, a token for it, and when."""
        email = text.address(email)
        self._attempts.check(email, ip_address)
        account = self._proved(email, password)
        if account is None:
            self._attempts.failed(email, ip_address)
            raise Unauthenticated(messages.WRONG_CREDENTIALS)
        self._attempts.succeeded(email, ip_address)
        now = self._clock()
        self._users.record_login(account.id, now)
        return account, self._tokens.issue(str(account.id)), now

    def _proved(self, email: str, password: str) -> Account | None:
        """The active account with an address if the password is its own."""
        account = self._users.account(email)
        if account is None:
            self._passwords.take_as_long(password)
            return None
        if not account.is_active:
            self._passwords.take_as_long(password)
            raise Unauthenticated(messages.LOGIN_DEACTIVATED)
        return account if self._passwords.matches(password, account.password_hash) else None


def _check(name: str, email: str, password: str) -> None:
    problems = []
    try:
        valid_name(name)
    except DomainError as error:
        problems.append(error.message)
    if not text.is_account_address(email):
        problems.append(messages.EMAIL_INVALID)
    if text.length(password) < MIN_PASSWORD:
        problems.append(messages.PASSWORD_TOO_SHORT)
    if problems:
        joined = messages.REGISTRATION_INVALID.format(problems=". ".join(problems))
        raise Invalid(problems[0] if len(problems) == 1 else joined)
