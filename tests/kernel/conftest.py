from hypothesis import settings

# A busy machine is not a failing test.
settings.register_profile("kernel", deadline=None)
settings.load_profile("kernel")
