"""What the project talks to outside Kafka: one file each."""
