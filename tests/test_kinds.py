"""Names say which kind of data something is, word by word, and the last word counts."""

from __future__ import annotations

import pytest

from dynalint.language.kinds import is_kept, kind_named, says_something
from dynalint.options import TIME_SENSITIVE, Options


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("session_id", "session"),
        ("sessionId", "session"),
        ("SessionTable", "session"),
        ("DYNAMODB_CHAT_SESSIONS_TABLE_NAME", "session"),
        ("prod-user-sessions-v2", "session"),
        ("sessionid", "session"),
        ("connectionID", "connection"),
        ("WebSocketConnections", "web-socket-connection"),
        ("websocket-connections", "websocket-connection"),
        ("password-reset-tokens", "password-reset"),
        ("otp", "otp"),
        ("user_otp_code", "otp"),
        ("idempotencyKey", "idempotency"),
        ("LockID", "lock"),
        ("lockname", "lock"),
        ("lockkey", "lock"),
        ("sessiontoken", "session"),
        ("otpcode", "otp"),
        ("sessiontable", "session"),
        ("RATE_LIMITS", "rate-limit"),
        ("invitation_item", "invitation"),
    ],
)
def test_names_of_a_kind(name: str, kind: str) -> None:
    assert kind_named(name, TIME_SENSITIVE) == kind


@pytest.mark.parametrize(
    "name",
    [
        "max_tokens", "total_tokens", "next_token", "page_token", "obsession", "possessions", "hotplug", "block", "block_id", "clock", "locker_id",
        "locked_accounts", "lock_version", "cache_control", "cached_prices", "cache_stats", "session_config", "SessionSettings", "UserSessionsHistory",
        "archived_sessions", "session_count", "connection_string", "db_connection", "training_sessions", "release", "releases", "temp_readings",
        "invited_users", "verified", "otp_secret", "terraform-state-locks", "",
    ],
)  # fmt: skip
def test_names_of_something_else(name: str) -> None:
    assert kind_named(name, TIME_SENSITIVE) is None


@pytest.mark.parametrize("names", [(), ("table",), ("TABLE_NAME",), ("self.table",), ("my-app-prod-2",), ("DYNAMODB_TABLE",)])
def test_names_of_tables_that_say_nothing(names: tuple[str, ...]) -> None:
    assert not says_something(names)


@pytest.mark.parametrize("names", [("orders",), ("table", "ChatMessages"), ("users_table",)])
def test_names_of_tables_that_say_something(names: tuple[str, ...]) -> None:
    assert says_something(names)


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("session", ("session_id", "coachId")),
        ("session", ("session_id", "timestamp", "role", "content")),
        ("connection", ("connection_id", "dbHost")),
        ("websocket-connection", ("id", "password")),
        ("verification", ("id", "email")),
        ("verification", ("id", "code", "result")),
        ("lease", ("lease_id", "monthly_rent")),
        ("lock", ("LockID", "Digest")),
    ],
)
def test_records_that_are_kept(kind: str, attributes: tuple[str, ...]) -> None:
    assert is_kept(kind, attributes)


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("session", ("session_id", "user_id", "ip_address", "messages")),
        ("connection", ("connectionId", "userName")),
        ("verification", ("email", "code")),
        ("cache", ("key", "score")),
        ("seat-hold", ("seat", "score")),
        ("lock", ("lock_id", "owner")),
    ],
)
def test_records_that_are_not(kind: str, attributes: tuple[str, ...]) -> None:
    assert not is_kept(kind, attributes)


def test_each_kind_of_the_options_is_found_in_its_own_name() -> None:
    assert [kind for kind in Options().time_sensitive if kind_named(f"{kind}-table", Options().time_sensitive) != kind] == []


def test_of_a_name_without_gaps_the_longest_kind_counts_too() -> None:
    assert kind_named("verificationcode", ("verification", "verification-code")) == "verification-code"
