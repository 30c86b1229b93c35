"""Template tags of the API's page (接口文档页标签)."""
