/** A DNS name or an address, with or without a port. Matrix specification, appendices, "Server Name". */
export const SERVER_NAME = /^(?:[A-Za-z0-9.-]{1,230}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
