"""What a process says about itself: metrics, health, lag and the HTTP server for them."""
