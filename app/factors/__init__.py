"""What someone can prove themselves with beside password and mail: passkeys, authenticator app, recovery codes."""
