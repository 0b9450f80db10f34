"""What commands show: tables, lines and progress bars."""
