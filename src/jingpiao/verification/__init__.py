"""verification (外部查验): asking the licensed services that resell the national platform's 查验, and keeping what people saw there."""
