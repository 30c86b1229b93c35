"""ui: the page toolkit: templates, CSS, language, the security headers of every page."""
