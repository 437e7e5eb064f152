"""What a turn is: a prompt with its expressions, and one question from start to end."""
