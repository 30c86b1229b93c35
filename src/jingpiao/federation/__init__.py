"""federation (联邦): what this platform tells other Jingpiao of the feeds it may share; they fetch it as a source."""
