"""The translations: one .po a language, compiled to a module of the same name."""
