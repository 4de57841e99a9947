"""dynalint finds misuse of Amazon DynamoDB in Python source, before it costs money or loses data."""

__version__ = "0.1.0"
__all__ = ["Edit", "Finding", "Fix", "Fixed", "OptionError", "Options", "Span", "__version__", "check", "fix"]

# Type checkers take it for true. The one of `typing` would cost more to import than all the rest of this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from dynalint.api import Edit, Finding, Fix, Fixed, OptionError, Options, Span, check, fix
else:

    def __getattr__(name: str) -> object:
        """The public name, from the moment that somebody asks for one: flake8 imports this package on every start, and needs none."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from dynalint import api

        globals()[name] = getattr(api, name)
        return globals()[name]
