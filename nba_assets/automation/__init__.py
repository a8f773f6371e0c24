"""What runs by itself: named automation conditions and the landing sensor."""
