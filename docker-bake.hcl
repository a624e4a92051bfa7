# The image of a release; docker/release.sh sets the variables.
variable "BASE" {}
variable "LMCP_COMMIT" {}
variable "NAME" {}
variable "VERSION" {}

target "release" {
  context   = "."
  platforms = ["linux/amd64", "linux/arm64"]
  args      = { BASE = BASE, LMCP_COMMIT = LMCP_COMMIT }
  # How it was built, and what is in it: docker buildx imagetools inspect NAME --format '{{ json .SBOM }}'
  attest = ["type=provenance,mode=max", "type=sbom"]
  labels = { "org.opencontainers.image.version" = VERSION }
  tags   = ["${NAME}:${VERSION}"]
  output = ["type=registry"]
}
