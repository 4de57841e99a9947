"""Turns arithmetic and calls on times into times: what counts from the epoch, in which unit, and whose clock it was read from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from dynalint.model.record import Arguments
from dynalint.model.values import NONE, Const, Symbol, Time, Unknown, Value, alternatives, join_all, known_text, type_of

Unit = Literal["s", "ms", "us", "ns", "min", "?"]
_SMALLER: dict[Unit, Unit] = {"s": "ms", "ms": "us", "us": "ns"}
EPOCH = "1970"
_LARGER: dict[Unit, Unit] = {small: large for large, small in _SMALLER.items()}


def arithmetic(sign: str, one: Value, two: Value) -> Value:
    """What `+ - * / // %` makes of a time and something else."""
    if isinstance(one, Time) and isinstance(two, Time):
        return _of_two(sign, one, two)
    time, other = (one, two) if isinstance(one, Time) else (two, one)
    assert isinstance(time, Time)
    number = _number(other)
    if sign in ("+", "-"):
        # A datetime plus something unknown must be plus a timedelta; a number plus an unknown number is a number still.
        kept = replace(time, type=_widest(time.type, type_of(other)))
        if time.form == "timedelta" and not isinstance(other, Time):
            return Time("datetime", zone="?")
        if time.form == "datetime" and sign == "-":
            return Unknown("a datetime minus something that may be a datetime")
        if time.form == "duration":
            return kept if number is not None else Unknown("a duration and something unknown", kept.type)
        return kept
    if sign == "*" and number is not None:
        return _scaled(time, number, type_of(other))
    if sign in ("/", "//") and isinstance(one, Time) and number is not None and number != 0:
        return _scaled(time, 1 / number, "float" if sign == "/" else time.type)
    if sign == "*" and time.form in ("duration", "timedelta"):
        return time
    return Unknown("computed from a time", "float" if sign == "/" else type_of(time))


def _of_two(sign: str, one: Time, two: Time) -> Value:
    forms = (one.form, two.form)
    if sign == "-" and forms == ("datetime", "datetime"):
        # Since 1970 is the old way to write epoch seconds, and right for utcnow() too.
        return Time("timedelta", type="epoch" if two.type == EPOCH else "timedelta")
    if sign == "-" and forms == ("epoch", "epoch"):
        return Time("duration", one.unit, _widest(one.type, two.type))
    if sign in "+-" and "datetime" in forms:
        return one if one.form == "datetime" else two
    if sign in "+-" and "epoch" in forms:
        epoch, other = (one, two) if one.form == "epoch" else (two, one)
        return replace(epoch, type=_widest(epoch.type, other.type))
    if sign in "+-" and forms in (("duration", "duration"), ("timedelta", "timedelta")):
        return one
    return Unknown("computed from two times", "float" if sign == "/" else None)


def _scaled(time: Time, factor: float, other_type: str | None) -> Value:
    kind = _widest(time.type, other_type)
    if time.form == "timedelta":
        return time
    if time.form not in ("epoch", "duration"):
        return Unknown("a time times a number")
    unit = time.unit
    for times, change in ((1000.0, _SMALLER), (1_000_000.0, _SMALLER), (0.001, _LARGER), (0.000_001, _LARGER), (1e9, _SMALLER), (1e-9, _LARGER)):
        if abs(factor - times) < times * 1e-9:
            for _ in range(round(abs(_digits(times)) / 3)):
                if unit not in change:
                    return Unknown("computed from a time", kind)
                unit = change[unit]
            return replace(time, unit=unit, type=kind)
    return replace(time, type=kind) if factor == 1 else (Time("duration", "?", kind) if time.form == "duration" else Unknown("computed from a time", kind))


def _digits(number: float) -> int:
    return len(str(int(number))) - 1 if number >= 1 else -(len(str(round(1 / number))) - 1)


def _widest(one: str | None, two: str | None) -> str:
    for kind in ("Decimal", "float"):
        if kind in (one, two):
            return kind
    return one or "int"


def _number(value: Value) -> float | None:
    if isinstance(value, Const) and isinstance(value.value, int | float | Decimal) and not isinstance(value.value, bool):
        return float(value.value)
    return None


def converted(kind: str, value: Value) -> Value | None:
    """`int(x)`, `float(x)`, `str(x)`, `Decimal(x)`, `round(x)` of a time; None where x is none."""
    if not isinstance(value, Time):
        return None
    if kind == "str":
        return replace(value, type="str") if value.form in ("epoch", "duration") else Time("text", type="str", zone=value.zone)
    if value.form in ("epoch", "duration"):
        return replace(value, type=kind)
    return Unknown(f"{kind} of a {value.form}", kind)


def method(time: Time, name: str, arguments: Arguments) -> Value:
    """What a method of a datetime, date or timedelta returns."""
    if name == "timestamp" and time.form == "datetime":
        return Time("epoch", "s", "float", time.zone)
    if name == "total_seconds":
        return Time("epoch", "s", "float") if time.type == "epoch" else Time("duration", "s", "float")
    if name in ("isoformat", "strftime", "ctime", "to_iso8601_string"):
        if name == "strftime" and known_text(arguments.get(0)) == "%s":
            return Time("epoch", "s", "str", "local")
        return Time("text", type="str", zone=time.zone)
    if name == "replace":
        zone = arguments.keywords.get("tzinfo")
        return replace(time, zone=time.zone if zone is None else "local" if zone.value == NONE else "aware")
    if name == "astimezone":
        # A naive datetime is taken to be local by astimezone: utcnow() stays as wrong as it was.
        return time if time.zone == "utc" else replace(time, zone="aware")
    if name in ("date", "time", "timetz"):
        return Time("datetime", type=name, zone=time.zone)
    if name in ("timetuple", "utctimetuple"):
        return Time("datetime", type=name, zone="utc" if time.zone == "utc" else "aware" if name == "utctimetuple" else time.zone)
    if name in ("add", "subtract", "shift"):
        return time
    if name == "int_timestamp":
        return Time("epoch")
    return Unknown(f"{name}() of a {time.form}")


def of_symbol(name: str, arguments: Arguments) -> Value | None:
    """What a function of time, datetime or calendar returns; None for other functions."""
    simple: dict[str, Value] = {
        "time.time": Time("epoch", "s", "float"),
        "time.time_ns": Time("epoch", "ns", "int"),
        "time.monotonic": Time("duration", "s", "float"),
        "time.perf_counter": Time("duration", "s", "float"),
        "time.process_time": Time("duration", "s", "float"),
        "datetime.timedelta": Time("timedelta"),
        "dateutil.relativedelta.relativedelta": Time("timedelta"),
        "pendulum.now": Time("datetime"),
        "arrow.utcnow": Time("datetime"),
        "arrow.now": Time("datetime"),
        "django.utils.timezone.now": Time("datetime", zone="?"),
        "datetime.datetime.utcnow": Time("datetime", zone="utc"),
        "datetime.datetime.utcfromtimestamp": Time("datetime", zone="utc"),
        "datetime.date.today": Time("datetime", type="date", zone="local"),
        "datetime.datetime.today": Time("datetime", zone="local"),
        "datetime.datetime.fromisoformat": Time("datetime", zone="?"),
        "datetime.datetime.combine": Time("datetime", zone="?"),
        "dateutil.parser.parse": Time("datetime", zone="?"),
    }
    if name in ("datetime.datetime.fromtimestamp", "datetime.datetime.utcfromtimestamp") and arguments.get(0) == Const(0):
        return Time("datetime", type=EPOCH, zone="?")
    if name in simple:
        return simple[name]
    if name == "datetime.datetime.strptime":
        return Time("datetime", zone="?")
    if name in ("datetime.datetime.now", "datetime.datetime.fromtimestamp"):
        zone = arguments.get(0 if name.endswith("now") else 1, "tz")
        return Time("datetime", zone="local" if zone in (None, NONE) else "aware" if isinstance(zone, Symbol) else "?")
    if name == "datetime.datetime" and list(arguments.positional[:3]) == [Const(1970), Const(1), Const(1)]:
        return Time("datetime", type=EPOCH, zone="?")
    if name == "datetime.datetime":
        zone = arguments.get(7, "tzinfo")
        return Time("datetime", zone="local" if zone in (None, NONE) else "aware")
    if name == "datetime.date":
        return Time("datetime", type="date", zone="local")
    if name == "calendar.timegm":
        # timegm reads the tuple as UTC: right for utcnow(), wrong for local time.
        argument = arguments.get(0)
        return Time("epoch", "s", "int", "aware" if not isinstance(argument, Time) or argument.zone == "utc" else argument.zone)
    if name == "time.mktime":
        argument = arguments.get(0)
        return Time("epoch", "s", "float", argument.zone if isinstance(argument, Time) else "?")
    return None


def of_all(values: tuple[Value, ...], kind: str) -> Value | None:
    """A conversion of a value that may be a time on some paths; None where it is none on any."""
    found = [converted(kind, option) for value in values for option in alternatives(value)]
    return join_all(each if each is not None else Unknown("converted", kind) for each in found) if any(each is not None for each in found) else None
