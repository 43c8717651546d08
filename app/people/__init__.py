"""Who knows what: profiles, the directory, pictures and contact cards."""
