"""What people are told, by mail: written in the transaction of its act, sent by the worker."""
