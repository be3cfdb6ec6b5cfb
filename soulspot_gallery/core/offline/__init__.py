"""Being without a network: how ready a library is for it, and packs that carry pictures to another machine."""
