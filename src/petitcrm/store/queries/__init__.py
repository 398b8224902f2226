"""Named reads: one function a question, plain SQL for both engines, typed rows back."""
