"""Registration, login, and the user behind a token."""

from typing import Any

from bson import ObjectId

from coinbreakr import ids, text
from coinbreakr.auth import messages
from coinbreakr.auth.attempts import Attempts
from coinbreakr.auth.model import Credentials, Identity, LoggedIn, RegistrationInput
from coinbreakr.auth.passwords import Passwords
from coinbreakr.auth.tokens import Tokens
from coinbreakr.clock import Clock
from coinbreakr.errors import DomainError, ErrorMessage, Invalid, Unauthenticated
from coinbreakr.users.domain import MIN_PASSWORD, Invitations, valid_name
from coinbreakr.users.model import Account, Caller, EmailTaken, NewAccount
from coinbreakr.users.repository import Users


class Authenticator:
    """Finds the caller behind a token."""

    def __init__(self, users: Users, tokens: Tokens) -> None:
        self._users = users
        self._tokens = tokens

    def identify(self, token: str) -> Identity:
        """Whom a token names; the database is not asked."""
        try:
            user = ids.parse(self._tokens.read(token))
        except Unauthenticated as error:
            return error.message
        return messages.UNKNOWN_USER if user is None else user

    def caller(self, identity: Identity, *, with_profile: bool = False) -> Caller:
        """The active user whom a token names; else Unauthenticated."""
        if isinstance(identity, ErrorMessage):
            raise Unauthenticated(identity)
        caller = self._users.caller(identity, with_profile=with_profile)
        if caller is None:
            raise Unauthenticated(messages.UNKNOWN_USER)
        if not caller.is_active:
            raise Unauthenticated(messages.DEACTIVATED)
        return caller


class TokenRenewal:
    """Tokens in answers that are kept for repeated requests (idempotency.domain.Signer)."""

    def __init__(self, users: Users, tokens: Tokens) -> None:
        self._users = users
        self._tokens = tokens

    def claims(self, token: str) -> dict[str, Any]:
        """What a token says, which is kept instead of it."""
        return self._tokens.claims(token)

    def sign(self, claims: dict[str, Any]) -> str:
        """The same token again; Unauthenticated if its user has been deactivated since."""
        user = ids.parse(claims["id"])
        caller = None if user is None else self._users.caller(user)
        if caller is None or not caller.is_active:
            raise Unauthenticated(messages.LOGIN_DEACTIVATED)
        return self._tokens.sign(claims)


class RegistrationService:
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

    def register(self, given: RegistrationInput) -> tuple[NewAccount, str]:
        """The new account and a token for it."""
        email = text.address(given.email)
        if self._users.email_exists(email):
            raise Invalid(messages.EMAIL_TAKEN)
        _check(given.name, email, given.password)
        account = NewAccount(
            id=ObjectId(),
            name=text.trim(given.name),
            email=email,
            password_hash=self._passwords.hash(given.password),
            created_at=self._clock(),
        )
        try:
            self._invitations.accept(account.id, lambda: self._users.insert(account), email=email)
        except EmailTaken:
            raise Invalid(messages.EMAIL_TAKEN) from None
        return account, self._tokens.issue(str(account.id))


class LoginService:
    """Tokens for existing accounts."""

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

    def login(self, given: Credentials, *, ip_address: str) -> LoggedIn:
        """The account with a token; Unauthenticated, TooMany after wrong passwords."""
        email = text.address(given.email)
        self._attempts.check(email, ip_address)
        account = self._account(email, given.password)
        if account is None:
            self._attempts.failed(email, ip_address)
            raise Unauthenticated(messages.WRONG_CREDENTIALS)
        self._attempts.succeeded(email, ip_address)
        now = self._clock()
        self._users.record_login(account.id, now)
        return LoggedIn(account, self._tokens.issue(str(account.id)), now)

    def _account(self, email: str, password: str) -> Account | None:
        """The active account with an address if the password is its own.

        Without an account to compare with, the same work is done: time tells no address.
        """
        account = self._users.account(email)
        if account is None:
            self._passwords.simulate_check(password)
            return None
        if not account.is_active:
            self._passwords.simulate_check(password)
            raise Unauthenticated(messages.LOGIN_DEACTIVATED)
        return account if self._passwords.matches(password, account.password_hash) else None


def _check(name: str, email: str, password: str) -> None:
    """Refuse with all problems in one message, joined as the app shows them."""
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
