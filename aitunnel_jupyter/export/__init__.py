"""The same call as a program of its own, in the languages people ship in."""
