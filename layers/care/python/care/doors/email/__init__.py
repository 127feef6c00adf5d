"""Mail: ``read`` makes of it what the centre needs, ``accept`` takes it to its case."""
