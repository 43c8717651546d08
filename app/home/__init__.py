"""The first page: what needs me, or, signed out, what this is. And the pages about the site itself."""
