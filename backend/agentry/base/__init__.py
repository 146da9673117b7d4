"""What every ring may use: errors, ids, time, settings."""
