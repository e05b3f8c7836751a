"""`python -m coinbreakr`."""

from coinbreakr.cli import main

if __name__ == "__main__":
    main(prog_name="coinbreakr")
