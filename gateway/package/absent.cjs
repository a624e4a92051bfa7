// In place of what the bundle leaves out: code that LMCP never reaches (ways of dockerode to build images and to reach engines by SSH).
module.exports = {};
