-- A SoulSpot database of the first age: tables artists and albums, with artwork_url, and artwork_path on albums.
-- Built from facts, for tests: what touches artwork.

CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('first_age');

CREATE TABLE artists (
	id VARCHAR(36) NOT NULL,
	name VARCHAR(255) NOT NULL,
	spotify_uri VARCHAR(255),
	artwork_url VARCHAR(512),
	image_path VARCHAR(512),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	PRIMARY KEY (id)
);

CREATE TABLE albums (
	id VARCHAR(36) NOT NULL,
	title VARCHAR(255) NOT NULL,
	artist_id VARCHAR(36) NOT NULL,
	release_year INTEGER,
	spotify_uri VARCHAR(255),
	artwork_path VARCHAR(512),
	artwork_url VARCHAR(512),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(artist_id) REFERENCES artists (id) ON DELETE CASCADE
);

CREATE TABLE tracks (
	id VARCHAR(36) NOT NULL,
	title VARCHAR(255) NOT NULL,
	artist_id VARCHAR(36) NOT NULL,
	album_id VARCHAR(36),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(album_id) REFERENCES albums (id) ON DELETE SET NULL,
	FOREIGN KEY(artist_id) REFERENCES artists (id) ON DELETE CASCADE
);

CREATE TABLE playlists (
	id VARCHAR(36) NOT NULL,
	name VARCHAR(255) NOT NULL,
	source VARCHAR(50) NOT NULL,
	spotify_uri VARCHAR(255),
	artwork_url VARCHAR(512),
	cover_path VARCHAR(512),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	PRIMARY KEY (id)
);
