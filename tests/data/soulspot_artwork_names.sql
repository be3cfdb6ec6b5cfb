-- A SoulSpot database of the middle age: today's tables with artwork_url, and artwork_path on albums.
-- Built from facts, for tests: what touches artwork, in an order of columns that differs from today's.

CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('middle_age_one'), ('middle_age_two');

CREATE TABLE soulspot_artists (
	artwork_url VARCHAR(512),
	id VARCHAR(36) NOT NULL,
	name VARCHAR(255) NOT NULL,
	image_path VARCHAR(512),
	spotify_uri VARCHAR(255),
	musicbrainz_id VARCHAR(36),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	genres TEXT,
	source VARCHAR(20) DEFAULT 'local' NOT NULL,
	PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_soulspot_artists_spotify_uri ON soulspot_artists (spotify_uri);

CREATE TABLE soulspot_albums (
	id VARCHAR(36) NOT NULL,
	artwork_path VARCHAR(512),
	title VARCHAR(255) NOT NULL,
	artist_id VARCHAR(36) NOT NULL,
	release_year INTEGER,
	artwork_url VARCHAR(512),
	spotify_uri VARCHAR(255),
	musicbrainz_id VARCHAR(36),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(artist_id) REFERENCES soulspot_artists (id) ON DELETE CASCADE
);

CREATE TABLE playlists (
	id VARCHAR(36) NOT NULL,
	name VARCHAR(255) NOT NULL,
	description TEXT,
	source VARCHAR(50) NOT NULL,
	cover_path VARCHAR(512),
	artwork_url VARCHAR(512),
	spotify_uri VARCHAR(255),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	PRIMARY KEY (id)
);
