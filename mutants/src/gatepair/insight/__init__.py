"""The read side: timelines, the time-release study, the figures of a day, forecasts and the report."""
