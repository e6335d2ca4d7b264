// What ewelink-api loads for its search of the local network, which is not made here.
module.exports = () => ({});
