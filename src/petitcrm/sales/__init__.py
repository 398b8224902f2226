"""The selling itself: contacts, companies, deals, tasks, their timeline and the day."""
