"""Everything before the funnel: who comes in, whom the firm looks for, who answers, and what is handed over."""
