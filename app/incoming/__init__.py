"""Mail that comes in: kept whole, read, checked against who may write, and handed to the room it is for."""
