"""`python -m ledger_client.cli` is the same as `ledger`."""

from ledger_client.cli import main

if __name__ == "__main__":
    main(prog_name="ledger")
