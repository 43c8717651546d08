"""What networks have opened to all: its pages, its files and its calendar, for anybody and without a sign-in."""
