"""The table: ``store`` is all of it; a module an aggregate, ``keys`` names every item, ``commit`` writes."""
