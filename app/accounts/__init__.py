"""Who is who: people and what is known of them."""
