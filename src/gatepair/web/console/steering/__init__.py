"""The command centre's operations: alarms, calendar, logs, daily report."""
