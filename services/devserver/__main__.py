"""`python -m devserver`."""

from devserver.cli import main

if __name__ == "__main__":
    main(prog_name="coinbreakr-dev")
