"""`python -m mmn_live` is `mmn-live`."""

from mmn_live.cli import main

if __name__ == "__main__":
    main()
