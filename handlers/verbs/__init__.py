"""What a line after `/incident` can say, one verb each."""
