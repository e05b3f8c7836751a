"""CoinBreakr: the backend of an expense-splitting app."""

__version__ = "1.0.0"
